"""The puppet: a reference's own pixels, warped by its skeleton onto another pose."""

from core.puppet.puppet import Puppet, warp

__all__ = ["Puppet", "warp"]
