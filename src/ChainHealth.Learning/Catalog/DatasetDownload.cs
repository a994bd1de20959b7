using System.Net;
using System.Net.Http.Headers;

namespace ChainHealth.Learning;

/// <param name="BytesTotal">Null where the server does not say.</param>
public readonly record struct DownloadProgress(long Bytes, long? BytesTotal);

/// <summary>Fetches a file from its publisher: into NAME.part, which a later attempt continues (RFC 9110, section 14);
/// only a file with the right checksum gets its name.</summary>
public sealed class DatasetDownload(HttpClient client, DownloadLimits limits)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>A set of the catalog, from its publisher, under the publisher's file name.</summary>
    /// <exception cref="DatasetException">Its publisher serves no such file, or as below.</exception>
    public Task<string> FetchAsync(
        CatalogEntry entry, string folder, Action<DownloadProgress>? progress = null,
        CancellationToken cancellation = default) => entry.Download is { } from
            ? FetchAsync(from, folder, entry.FileNames[0], entry.Checksums[0], progress, cancellation)
            : throw new DatasetException(entry.Embedded ? $"data set '{entry.Name}' is part of the product"
                : $"data set '{entry.Name}' has no address to fetch it from; it comes from: {entry.Source}");

    /// <param name="checksum">"md5:..." or "sha256:..." that the whole file must have.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="DatasetException">Not reachable, too large, interrupted too often (what came is kept for the
    /// next attempt), or the wrong checksum (what came is thrown away).</exception>
    public async Task<string> FetchAsync(
        Uri from, string folder, string fileName, string checksum, Action<DownloadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        string target = Path.Combine(folder, fileName);
        string partial = target + ".part";
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(target) && DatasetFile.Checksum(target, checksum) == checksum)
            {
                return target;
            }

            await FetchPartsAsync(from, partial, progress, cancellation);
            string found = DatasetFile.Checksum(partial, checksum);
            if (found != checksum)
            {
                File.Delete(partial);
                throw new DatasetException(
                    $"{from}: checksum is {found}, expected {checksum}; the file was thrown away");
            }

            File.Move(partial, target, overwrite: true);
            return target;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{target}: cannot be written: {fault.Message}", fault);
        }
    }

    private async Task FetchPartsAsync(
        Uri from, string partial, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await FetchPartAsync(from, partial, progress, cancellation);
                return;
            }
            catch (Exception fault) when (IsInterruption(fault) && !cancellation.IsCancellationRequested)
            {
                if (attempt == limits.AttemptsMax)
                {
                    throw new DatasetException($"{from}: not fetched in {attempt} attempts: {fault.Message}; "
                        + "what came is kept, the next attempt continues it", fault);
                }
            }
        }
    }

    private static bool IsInterruption(Exception fault) =>
        fault is HttpRequestException or HttpIOException or OperationCanceledException or TimeoutException;

    private async Task FetchPartAsync(
        Uri from, string partial, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        idle.CancelAfter(limits.IdleMax);
        long have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, from);
        request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
        using HttpResponseMessage response =
            await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, idle.Token);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // What lies there is as long as the whole file or longer: the checksum decides.
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new DatasetException(
                $"{from}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        bool continues = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == have;
        long bytes = continues ? have : 0;
        long? total = response.Content.Headers.ContentLength is { } rest ? bytes + rest : null;
        CheckSize(from, total ?? 0);
        await using var file = new FileStream(partial, continues ? FileMode.Append : FileMode.Create);
        await using Stream body = await response.Content.ReadAsStreamAsync(idle.Token);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await body.ReadAsync(buffer, idle.Token)) > 0)
        {
            idle.CancelAfter(limits.IdleMax);
            bytes += read;
            CheckSize(from, bytes);
            await file.WriteAsync(buffer.AsMemory(0, read), idle.Token);
            progress?.Invoke(new DownloadProgress(bytes, total));
        }

        if (total is { } expected && bytes < expected)
        {
            throw new HttpRequestException($"the connection closed after {bytes} of {expected} bytes");
        }
    }

    private void CheckSize(Uri from, long bytes)
    {
        if (bytes > limits.BytesMax)
        {
            throw new DatasetException($"{from}: larger than {limits.BytesMax} bytes");
        }
    }
}

/// <param name="BytesMax">Largest file that is taken.</param>
/// <param name="IdleMax">Longest wait for the next bytes.</param>
/// <param name="AttemptsMax">How often an interrupted transfer is taken up again, the first included.</param>
public sealed record DownloadLimits(long BytesMax, TimeSpan IdleMax, int AttemptsMax)
{
    public static readonly DownloadLimits Default = new(1L << 30, TimeSpan.FromSeconds(60), 4);
}
