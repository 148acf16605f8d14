//! Writing what other authenticators read. Pure functions: entries in, bytes out.
