using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The data folder is not as it has to be, or the disk does not do its part. The message is for people: it
/// names the file, the offset where there is one, and what is wrong.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Blocks of the store are not what was written. They can be had again from other validators.</summary>
/// <param name="first">The first that is damaged; all before it are good.</param>
public sealed class BlockDamageException(Height first, string message) : StoreException(message)
{
    public Height First { get; } = first;
}
