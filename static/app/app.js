// Keys, copying and menus. The pages work without it.
