namespace ChainHealth.Client;

/// <summary>A network folder or one of its files is not as it has to be. The message is for people: it names the file
/// and what is wrong with it, and never a secret.</summary>
public sealed class NetworkFolderException(string message, Exception? inner = null) : Exception(message, inner);
