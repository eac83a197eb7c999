"""The HTTP shell: from sockets to calls, and from replies to bytes.

`one_port` and `connection` take connections, `exchange` takes a request through the door
(`admission`, `auth`, `regions`) to the service and into the journal, `http_answer` writes.
"""
