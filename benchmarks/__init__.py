"""Benchmarks: `python -m benchmarks NAME [--full]`. Each measures beside a floor in the same run and checks its own result."""
