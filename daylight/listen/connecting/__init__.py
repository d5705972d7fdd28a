"""Far ends that are connected to a source: set up by the crew, heard when they post, asked when their time comes."""
