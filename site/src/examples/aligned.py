import struct

MAGIC       = b"ARCH"
VERSION     = 3
HEADER_SIZE = 20

FLAG_PACKED    = 0x01
FLAG_SIGNED    = 0x02
FLAG_ENCRYPTED = 0x04


class Header:
    def __init__(self, flags=0, entries=0, offset=HEADER_SIZE):
        self.flags   = flags
        self.entries = entries
        self.offset  = offset

    def pack(self):
        return MAGIC + struct.pack("<IIIi",
                                   VERSION,
                                   self.flags,
                                   self.entries,
                                   self.offset)

    @classmethod
    def unpack(cls, data):
        magic   = data[:4]
        version = int.from_bytes(data[4:8], "little")
        if magic != MAGIC or version != VERSION:
            raise ValueError("not an archive of version %d" % VERSION)
        flags, entries, offset = struct.unpack("<IIi", data[8:20])
        return cls(flags, entries, offset)
