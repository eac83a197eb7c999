"""The data of databases outside of memory: written down, kept in a file, carried in and out.

`dump` turns the contents of a database into bytes and back. `file` is the file that keeps them,
`durable` the service that writes every call into it, `estate` all databases of a server and where
their data is. `lines` is the form for people, `intake` and `export` read and write it.
"""
