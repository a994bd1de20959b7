namespace ChainHealth.Learning;

/// <summary>Parameters that must not leave the hospital: not finite, too large, or not as many as the architecture has.
/// The message names layer and place.</summary>
public sealed class ParameterException(string message) : Exception(message);
