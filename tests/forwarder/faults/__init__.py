"""The forwarder's promise, counted: nothing lost, nothing twice, nothing out of order.

`load` makes events and knows what must become of each. `book` is what the service did, written by
the service itself while answers go missing. `audit` compares the two, `table` prints the counts.
"""
