"""Source formats: one file each turns the bytes that a logistics system posts into facts. Pure: no I/O, no clock."""
