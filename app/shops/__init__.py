"""One file per shop platform: bytes in, records out. Pure: no clock, no I/O, no SQL; nothing here knows of another."""
