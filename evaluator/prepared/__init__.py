"""An evaluation made ready to be made again in many other worlds."""
