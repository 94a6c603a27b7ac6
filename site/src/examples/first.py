"""Tides at one place, from the harmonics of its record."""
from dataclasses  import dataclass


from math import 	cos, pi


@dataclass
class Harmonic:
  amplitude: float
  period: float
  phase: float = 0.0

  def height( self, hour):	
    return self.amplitude \
       * cos(2
    * pi * hour / self.period + self.	phase)
class Tide:

  def __init__	(
  self, harmonics, mean=0.0):
    self.harmonics = list(harmonics)
    self.mean= mean

  def height(self


  ,hour):
    return self.mean + sum	(h.height(
hour) for
    h in
          self.harmonics)

  def highest(self, hours):
    best=max(hours, key
                               =self.height)
    if self.height(
                       best) < self.mean:
      raise ValueError(f"no high water in {len(hours)} hours")


    return best


def    table(
                          tide
    , day, step
        =0.5):
  hours=  [24 * day + step * k 
  for 
  k in range(int(24 / step))]

  for hour  in hours:
    print (f"{hour:6.1f}  {tide.height(hour):+.2f}")
  return tide.highest(hours )
