using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>What a person typed into the explorer, resolved to the page that shows it.</summary>
public static class ChainSearch
{
    /// <summary>Null where nothing matches. Understands heights, block hashes, transaction ids and model
    /// hashes.</summary>
    public static async Task<string?> FindAsync(ChainFeed feed, string query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(feed);
        if (feed.Now.Snapshot is not { } snapshot)
        {
            return null;
        }

        if (ulong.TryParse(query, NumberStyles.None, CultureInfo.InvariantCulture, out ulong height))
        {
            return height >= 1 && height <= snapshot.State.Height.Value ? Urls.Block(new Height(height)) : null;
        }

        if (!Digest.TryParse(query, out Digest hash))
        {
            return null;
        }

        if (feed.Index.BlockOf(hash) is { } block)
        {
            return Urls.Block(block);
        }

        return await feed.FindTransactionAsync(hash, cancellation) is not null
            ? Urls.Transaction(hash)
            : RoundOfModel(snapshot, hash);
    }

    private static string? RoundOfModel(ChainSnapshot snapshot, Digest model)
    {
        foreach (RunState run in snapshot.State.Runs.Values)
        {
            if (run.Records.LastOrDefault(r => r.Model == model) is { } record)
            {
                return Urls.Round(run.Id, record.Number);
            }
        }

        return null;
    }
}
