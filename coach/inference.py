"""Open ONNX models so that several of them share one machine well."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnxruntime


def open_session(path: Path, *, threads: int = 0) -> "onnxruntime.InferenceSession":
    """Open a model on the processor.

    Threads that wait do not spin: two models used in turn would take the cores from each other, which nearly doubled
    the time of a critique on two cores.

    Args:
        path: The ONNX file.
        threads: Intra-op threads; 0 lets onnxruntime choose.
    """
    import onnxruntime  # noqa: PLC0415 - 0.2 s that commands without a model need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
