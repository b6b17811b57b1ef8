"""The elements of a grid besides its people 六要素 (人地事物情组织): components, organisations, places, and who helps.

People are in :mod:`govcore.persons`; matters in :mod:`govcore.events`.
"""
