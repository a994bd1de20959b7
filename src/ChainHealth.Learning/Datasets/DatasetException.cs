namespace ChainHealth.Learning;

/// <summary>A fault in a data set or in how it was asked for. The message names file, line or field, and the limit; it
/// is meant to be shown to a person as it is.</summary>
public sealed class DatasetException : Exception
{
    public DatasetException(string message)
        : base(message)
    {
    }

    public DatasetException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
