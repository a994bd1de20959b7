namespace ChainHealth.Node;

/// <summary>The data folder is not as it has to be, or the disk does not do its part. The message is for people: it
/// names the file, the offset where there is one, and what is wrong.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
