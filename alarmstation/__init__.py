"""A monitoring station for ESP32 alarm units."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("alarmstation")
except PackageNotFoundError:  # running from a checkout that was never installed
    __version__ = "0+unknown"
