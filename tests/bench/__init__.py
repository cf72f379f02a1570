"""How much do our pages and deeds cost, beside the least that they could cost?"""
