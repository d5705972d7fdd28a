"""What a member may enter about draft templates."""
