"""What tests of webhook receivers share: stores of each kind, receivers as processes, a sender."""
