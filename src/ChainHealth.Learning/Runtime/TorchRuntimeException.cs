namespace ChainHealth.Learning;

/// <summary>The native training library cannot be used on this machine; the message says why.</summary>
public sealed class TorchRuntimeException(string message, Exception? inner = null) : Exception(message, inner);
