"""Reading in a process of its own: what strangers wrote is taken apart where it can hang, swell or crash without harm."""
