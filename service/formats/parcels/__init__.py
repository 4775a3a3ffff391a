"""Parcel platforms: the whole history of a parcel, sent again with each change."""
