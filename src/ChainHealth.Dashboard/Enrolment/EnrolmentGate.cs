namespace ChainHealth.Dashboard.Enrolment;

/// <summary>How often one network address may knock, and how many wrong codes it may try. Guessing a code of 100 bits
/// is hopeless anyway; this keeps the database quiet.</summary>
public sealed class EnrolmentGate(TimeProvider time)
{
    public const int PerMinuteMax = 60;
    public const int WrongMax = 10;

    /// <summary>Remembered addresses; when there are more, all begin anew.</summary>
    private const int AddressesMax = 4096;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WrongWindow = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Count> _asked = [];
    private readonly Dictionary<string, Count> _wrong = [];

    /// <summary>Null when the address may ask; else why not.</summary>
    public string? TryEnter(string address)
    {
        lock (_gate)
        {
            return Of(_wrong, address, WrongWindow).Hits >= WrongMax
                    ? $"{WrongMax} wrong codes came from this address; wait ten minutes"
                : ++Of(_asked, address, Minute).Hits > PerMinuteMax
                    ? $"more than {PerMinuteMax} requests a minute came from this address; wait a minute" : null;
        }
    }

    public void Wrong(string address)
    {
        lock (_gate)
        {
            Of(_wrong, address, WrongWindow).Hits++;
        }
    }

    private Count Of(Dictionary<string, Count> counts, string address, TimeSpan window)
    {
        if (counts.TryGetValue(address, out Count? count) && time.GetElapsedTime(count.Since) < window)
        {
            return count;
        }

        if (counts.Count >= AddressesMax)
        {
            counts.Clear();
        }

        return counts[address] = new Count(time.GetTimestamp());
    }

    private sealed class Count(long since)
    {
        public long Since { get; } = since;

        public int Hits { get; set; }
    }
}
