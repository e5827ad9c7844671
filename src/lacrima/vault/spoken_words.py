"""256 plain words, one for each byte, so that two people can compare a key over the phone.

No word begins another, and no two differ by a single letter. Their order is part of what was
printed and read aloud: never change it.
"""

from __future__ import annotations

_TEXT = """
acorn actor album amber anchor angel anthem apple apron arrow atlas autumn baker balcony bamboo
banjo barley basket beaver berry bicycle biscuit blanket bonnet border bottle breakfast bridge
bronze bucket buffalo button cabin cactus camel candle canoe canvas captain carpet carrot castle
cedar cello chalk chapel cherry chimney chorus cider cinnamon circus clarinet clover coconut
coffee compass copper coral cotton cousin cradle cricket crystal curtain cushion cypress daisy
dancer desert diamond dolphin domino donkey dragon drummer eagle echo elbow elephant engine
envelope evening fabric falcon feather fiddle finger flamingo flannel flute forest fossil
freckle furnace galaxy garden garlic gazelle giraffe glacier goblet gondola granite guitar
gravel hammer harbour harvest hazel hedgehog helmet herring honey horizon hotel hurdle iceberg
igloo indigo insect island ivory jacket jaguar jasmine jelly jigsaw jungle juniper kayak kettle
kitchen kitten koala ladder lagoon lantern lavender lemon leopard letter lilac lobster lumber
magnet maple marble meadow melon mermaid mirror mosaic mountain muffin museum mushroom mustard
napkin needle nickel noodle novel nutmeg oboe ocean olive onion opal orange orchard otter oven
oyster paddle palace panda paper parsley pebble pelican pencil pepper piano picnic pigeon pillow
pirate planet plum poet pony poppy potato pretzel pumpkin puzzle quarry quilt rabbit raccoon
radish raisin raven ribbon river robin rocket rooster ruby salmon sandal sapphire satchel scarf
scissors sparrow spinach squirrel stadium summer sunset sweater table tailor teapot temple
thimble thunder ticket tiger tomato tractor trumpet tulip tunnel turtle umbrella unicorn valley
vanilla velvet village violin volcano waffle wagon walnut walrus whisper window winter wizard
yoghurt zebra zipper
"""
WORDS: tuple[str, ...] = tuple(_TEXT.split())


def spoken(data: bytes) -> tuple[str, ...]:
    """One word for each byte.

    >>> spoken(bytes([0, 255]))
    ('acorn', 'zipper')
    """
    return tuple(WORDS[byte] for byte in data)
