/// The image has no main: the host enters at `enclave_entry` in CEnclave.
