using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Takes files with records, piece by piece, and keeps those that can be read as a data set.</summary>
internal sealed class UploadDesk(DatasetDesk datasets, TimeProvider time)
{
    private const int AtOnceMax = 4;
    private const int NameMax = 60;
    private static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<(MemberId, ulong), Arriving> _arriving = [];

    private string Folder => Path.Combine(datasets.Folder, ".arriving");

    /// <exception cref="EdgeCallException">Out of order, too many at once, or no data set; what had come is removed.
    /// </exception>
    public async Task<UploadProgress> TakeAsync(MemberId client, UploadChunk chunk, CancellationToken cancellation)
    {
        string name = NameOf(chunk.FileName);
        await _gate.WaitAsync(cancellation);
        try
        {
            Forget();
            Arriving arriving = Find(client, chunk, name);
            await using (var file = new FileStream(arriving.Path, FileMode.Append, FileAccess.Write))
            {
                if (file.Length != chunk.Offset)
                {
                    throw Refused($"piece at {chunk.Offset} where {file.Length} is next; send the file again");
                }

                await file.WriteAsync(chunk.Bytes, cancellation);
            }

            arriving.Touched = time.GetUtcNow();
            long received = chunk.Offset + chunk.Bytes.Length;
            if (received < chunk.Total)
            {
                return new UploadProgress(received, "", "");
            }

            _arriving.Remove((client, chunk.Upload));
            Dataset dataset = Keep(arriving.Path, arriving.Name, Path.GetExtension(chunk.FileName).ToUpperInvariant());
            return new UploadProgress(received, dataset.Name, dataset.ToString());
        }
        catch (EdgeCallException)
        {
            Drop((client, chunk.Upload));
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static string NameOf(string fileName)
    {
        string name = Path.GetFileNameWithoutExtension(fileName);
        bool plain = Path.GetFileName(fileName) == fileName && name.Length is > 0 and <= NameMax
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return !plain
            ? throw Refused($"a file name has 1 to {NameMax} letters, digits, '-' and '_' before its ending")
            : DatasetCatalog.Find(name) is not null
                ? throw Refused($"'{name}' is the name of a data set of the catalog; rename the file")
                : Path.GetExtension(fileName).ToUpperInvariant() is ".CSV" or ".NPZ" or ".ZIP" ? name
                    : throw Refused("a .csv table, an .npz archive or a .zip with a folder of images for each class");
    }

    private static EdgeCallException Refused(string why) => new(EdgeFault.Refused, why);

    private Arriving Find(MemberId client, UploadChunk chunk, string name)
    {
        if (_arriving.TryGetValue((client, chunk.Upload), out Arriving? known))
        {
            return known;
        }

        if (chunk.Offset != 0)
        {
            throw Refused("this upload is not known any more; send the file again");
        }

        if (_arriving.Count >= AtOnceMax)
        {
            throw new EdgeCallException(EdgeFault.Busy, $"{AtOnceMax} uploads are under way; try again later");
        }

        Directory.CreateDirectory(Folder);
        string path = Path.Combine(Folder, $"{client.Value}-{chunk.Upload:x16}{Path.GetExtension(chunk.FileName)}");
        File.Delete(path);
        return _arriving[(client, chunk.Upload)] = new Arriving(path, name);
    }

    /// <summary>Reads all records once; only what can be read gets a place.</summary>
    private Dataset Keep(string arrived, string name, string ending)
    {
        string place = Path.Combine(datasets.Folder, ending == ".ZIP" ? name : name + ending.ToLowerInvariant());
        string work = Path.Combine(Folder, Guid.NewGuid().ToString("n"));
        string unpacked = Path.Combine(work, name + (ending == ".ZIP" ? "" : ending.ToLowerInvariant()));
        Directory.CreateDirectory(work);
        try
        {
            if (ending == ".ZIP")
            {
                string root = ImageArchive.Extract(arrived, Path.Combine(work, "unpacked"));
                Directory.Move(root, unpacked);
            }
            else
            {
                File.Move(arrived, unpacked);
            }

            Dataset dataset = DatasetLoader.Load(unpacked);
            Replace(unpacked, place);
            return dataset;
        }
        catch (DatasetException e)
        {
            // People know their file's name; where it lies here is none of their business.
            throw new EdgeCallException(
                EdgeFault.Refused, e.Message.Replace(unpacked, name, StringComparison.Ordinal), e);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
            File.Delete(arrived);
        }
    }

    private static void Replace(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        File.Delete(to);
        Directory.Move(from, to);
    }

    private void Forget()
    {
        foreach (var key in _arriving.Where(a => time.GetUtcNow() - a.Value.Touched > IdleMax).Select(a => a.Key)
            .ToList())
        {
            Drop(key);
        }
    }

    private void Drop((MemberId, ulong) key)
    {
        if (_arriving.Remove(key, out Arriving? arriving))
        {
            File.Delete(arriving.Path);
        }
    }

    private sealed class Arriving(string path, string name)
    {
        public string Path => path;

        public string Name => name;

        public DateTimeOffset Touched { get; set; } = DateTimeOffset.MaxValue;
    }
}
