namespace ChainHealth.Edge;

/// <summary>Something that the person who started the program can put right; the message says what.</summary>
internal sealed class EdgeException(string message) : Exception(message);
