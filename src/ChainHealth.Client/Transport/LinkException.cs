namespace ChainHealth.Client;

/// <summary>A connection could not be made, or the other side refused it. The message is for people.</summary>
public sealed class LinkException(string message, Exception? inner = null) : Exception(message, inner);
