"""points (积分账本): posts what the rulebook gives for an event, once, and takes it back when the event comes again."""
