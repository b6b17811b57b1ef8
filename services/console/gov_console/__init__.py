"""console (指挥大屏): pages over what the other services answer; it keeps nothing itself."""
