"""The contract between Recombee's API and its clients, as data and as cases that can be run.

- `vectors/*.json` say what each request must look like on the wire; `vector` reads them.
- `cases/*.py` say how a server must behave; `run` carries them out against a target.
- `witness` holds the clients that are compared with the vectors and with each other.
- `openapi.json` is what Recombee's OpenAPI document says about paths and parameters.

On the command line it is `recombee-contract`, in this repository `pytest contract_tests`.
"""
