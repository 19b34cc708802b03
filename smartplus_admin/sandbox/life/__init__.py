"""How the sandbox lives: what is shown, clicked, bought and spent hour by hour, and what nobody is told.

`catch_up.live` brings a file up to its clock; everything else is arithmetic on pictures of campaigns. Figures are invented.
"""
