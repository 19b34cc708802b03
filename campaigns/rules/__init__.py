"""What may leave the house: facts in, findings out. Pure; knows no storage, no clock, no network, no screen."""
