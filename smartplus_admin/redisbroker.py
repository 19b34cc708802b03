"""Production's broker: kombu's Redis transport, made to outlive a Redis that goes away.

The stock transport puts unfinished messages back when its connection ends, also over the connection that is gone: a worker
that had any in hand then ended with an AttributeError (seen by `make soak`). They need not go back: the row is the truth.
Knows kombu; knows nothing of what the messages mean.
"""

from kombu.transport import redis


class Channel(redis.Channel):
    do_restore = False


class Transport(redis.Transport):
    Channel = Channel
