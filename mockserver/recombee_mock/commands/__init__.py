"""The commands of `recombee-mock`: a module each, with `add_arguments(parser)` and `run(settings)`.

`recombee_mock.commands.options` names them, so that showing the help loads none of them.
"""
