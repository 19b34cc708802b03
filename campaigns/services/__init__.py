"""What people, clients and the machine may do: judge, write, record, enqueue; one durable transaction each.

Every public function takes `actor`, `door` and `now`, and raises only the errors of services/errors.py.
"""
