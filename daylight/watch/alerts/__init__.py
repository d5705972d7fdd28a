"""What machines and suppliers say: alerts of monitoring systems, and troubles on status pages that we depend on."""
