import random

# The board is read from the top, x grows to the right.
DIRECTIONS = {'up': (0, -1), 'down': (0, 1),
              'left': (-1, 0), 'right': (1, 0)}

TILES = [0, 0, 1, 1, 1, 0,
         0, 2, 1, 0, 1, 0,
         0, 1, 1, 1, 3, 0]
WIDTH = 6

class Walker(object):
    def __init__(self, x=0, y=0):
        self.x, self.y = x, y

    def step(self, direction):
        dx, dy = DIRECTIONS[direction]
        if not free(self.x+dx, self.y+dy): return False
        self.x += dx; self.y += dy
        return True

def free(x, y):
    return 0 <= x < WIDTH and 0 <= y < len(TILES)//WIDTH and \
           TILES[y*WIDTH + x] > 0

def wander(walker, steps, seed=None):
    rng = random.Random(seed)
    for _ in range(steps):
        options = [name for name in DIRECTIONS
                   if free(walker.x + DIRECTIONS[name][0],
                           walker.y + DIRECTIONS[name][1])]
        if options: walker.step(rng.choice(options))
    return walker.x, walker.y
