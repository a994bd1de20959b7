using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Models by content hash. What is given out was hashed again: a damaged file counts as not there.</summary>
internal sealed class ModelStore
{
    private const string Suffix = ".model";

    private readonly string _folder;

    public ModelStore(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        Disk.DeleteTemporaries(folder);
    }

    public bool Has(Digest hash) => File.Exists(PathOf(hash));

    /// <summary>Durable when it returns.</summary>
    public void Put(Digest hash, ReadOnlySpan<byte> content)
    {
        if (GlobalModel.HashOf(content) != hash)
        {
            throw new ArgumentException($"the bytes are not those of model {hash.Short}", nameof(content));
        }

        if (!Has(hash))
        {
            Disk.WriteAtomically(PathOf(hash), content);
        }
    }

    /// <summary>Null where it is not here; a file that no longer holds what its name says is deleted.</summary>
    public byte[]? Read(Digest hash)
    {
        try
        {
            var file = new FileInfo(PathOf(hash));
            byte[]? content = file.Exists && file.Length <= GlobalModel.BytesMax
                ? File.ReadAllBytes(file.FullName) : null;
            if (content is not null && GlobalModel.HashOf(content) == hash)
            {
                return content;
            }

            file.Delete();
            return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string PathOf(Digest hash) => Path.Combine(_folder, hash + Suffix);
}
