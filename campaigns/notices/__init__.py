"""Telling people and their machines: one call books a notice, the rest carries it out."""
