"""Finding a figure's keypoints in a picture.

`detector` is what the application uses, `crop` prepares pictures for the network, `keypoint_net`
is the network with its targets and loss. This file imports nothing: torch stays out of the
window's start.
"""
