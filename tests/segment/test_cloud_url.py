"""What an HTTP client makes of paths that were put together from raw text."""

import pytest

from aiorecombee.segment.cloud.url import normalised


@pytest.mark.parametrize(
    ("built", "sent"),
    [
        ("/db/users/u-1/", "/db/users/u-1/"),
        ("/db/users/a b/", "/db/users/a%20b/"),
        ("/db/users/é/", "/db/users/%C3%A9/"),
        ("/db/users/it's/", "/db/users/it%27s/"),
        ('/db/users/<">^|{}`/', "/db/users/%3C%22%3E%5E%7C%7B%7D%60/"),
        ("/db/users/a\\b/", "/db/users/a/b/"),
        ("/db/users/a\tb\n/", "/db/users/ab/"),
        ("/db/users/a#b/?x=1", "/db/users/a"),
        ("/db/users/a?b/merge", "/db/users/a?b/merge"),
        ("/db/users/a%20b+@:&=,;$!*()~/", "/db/users/a%20b+@:&=,;$!*()~/"),
        ("/db/users/../", "/db/"),
        ("/db/users/.", "/db/users/"),
        ("/db/users/..", "/db/"),
        ("/db/users/%2E%2e/merge/x", "/db/merge/x"),
        ("/../../db/", "/db/"),
        ("/db/users/.../", "/db/users/.../"),
        ("//db/", "//db/"),
        ("/db/x?q=a b'", "/db/x?q=a%20b%27"),
    ],
)
def test_a_path_goes_out_as_the_url_standard_has_it(built, sent):
    assert normalised(built) == sent
