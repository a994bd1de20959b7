using System.Diagnostics;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>An opening to all parties: what it was, and how many words.</summary>
public readonly record struct OpeningRecord(string What, int Words);

/// <summary>One attempt of one job at one party: its keys, its counters, its memory. Every attempt is a new session, so
/// that no key, operation id or mask is ever used twice. Calls run one after another; after an exception the session is
/// dead. Disposing clears all secrets.</summary>
public sealed class MpcSession : IDisposable
{
    private readonly IPartyNetwork _network;
    private readonly RingMemory? _ownMemory;
    private readonly List<OpeningRecord> _openings = [];
    private long _payloadBytes;
    private long _bytes;
    private ulong _nextExchange;
    private long _previousWords;
    private ulong _nextOperation;
    private readonly DisputeJournal _journal;
    private readonly bool _isJournalKept;
    private readonly Queue<Exchange> _retained = new(ExchangesKept + 1);

    private MpcSession(IPartyNetwork network, Digest id, Seats seats, SessionKeys keys, RingMemory? memory,
        DisputeJournal journal, bool isJournalKept)
    {
        _network = network;
        _journal = journal;
        _isJournalKept = isJournalKept;
        _ownMemory = memory is null ? new RingMemory() : null;
        Pool = new BufferPool(memory ?? _ownMemory!);
        Id = id;
        Seats = seats;
        Keys = keys;
        _nextExchange = KeyExchanges;
    }

    /// <summary>Exchanges that <see cref="StartAsync"/> takes; they are part of <see cref="Statistics"/>.</summary>
    public const int KeyExchanges = 3;

    /// <summary>Exchanges that a party keeps: it runs at most four ahead of one that stopped, without a word from it.
    /// </summary>
    private const int ExchangesKept = 6;

    /// <summary>Words of all parties in an exchange after which each sends something to each, so that its buffers can
    /// be given up at once: 8 MiB.</summary>
    private const long LargeExchangeWords = 1L << 20;

    public Digest Id { get; }

    public int Party => _network.Party;

    public MpcStatistics Statistics => new((long)_nextExchange, _payloadBytes, _bytes);

    /// <summary>Most memory in use at a time, of buffers for shares and messages.</summary>
    public long PeakBufferBytes => Pool.PeakWords * sizeof(ulong);

    /// <summary>What this session opened, in order; nothing else leaves the sharing.</summary>
    public IReadOnlyList<OpeningRecord> Openings => _openings;

    /// <summary>Where the time goes; null where nobody asks.</summary>
    public MpcProfile? Profile { get; set; }

    internal Seats Seats { get; }

    /// <summary>Where several computations share their exchanges; null where there is one.</summary>
    internal Lockstep? Lockstep { get; set; }

    internal SessionKeys Keys { get; }

    internal BufferPool Pool { get; }

    internal bool IsDead { get; private set; }

    /// <summary>Agrees on the keys. All parties call it with the same id, unique to this attempt.</summary>
    /// <param name="absent">The party (0..3) without which the others compute, as three: passively secure only
    /// (SMPC.md, "Three parties"). Null: all four.</param>
    /// <param name="memory">Where buffers come from and go to; the session's own where it is null.</param>
    /// <param name="journal">Filled at the latest when the session is disposed, also where it came to its end: a lie in
    /// the last exchange shows at its receiver only, and the others are asked what they sent.</param>
    /// <exception cref="MpcAbortException">The keys could not be agreed on.</exception>
    public static async ValueTask<MpcSession> StartAsync(IPartyNetwork network, Digest id, RandomSource randomness,
        CancellationToken cancellation, int? absent = null, RingMemory? memory = null,
        DisputeJournal? journal = null)
    {
        var seats = new Seats(absent);
        bool isKept = journal is not null;
        journal ??= new DisputeJournal();
        SessionKeys keys = await KeySetup.RunAsync(network, id, seats, randomness, journal, cancellation);
        return new MpcSession(network, id, seats, keys, memory, journal, isKept);
    }

    public void Dispose()
    {
        while (_retained.TryDequeue(out Exchange? exchange))
        {
            if (IsDead || _isJournalKept)
            {
                exchange.State(_journal);
            }

            exchange.Release();
        }

        IsDead = true;
        Keys.Dispose();
        Pool.Dispose();
        _ownMemory?.Dispose();
    }

    public override string ToString() => $"SMPC session {Id.Short} at party {Party}";

    /// <summary>Fresh ids for pseudorandom streams; all parties draw the same ones, since they run the same steps.
    /// </summary>
    internal ulong NextOperation() => checked(_nextOperation++);

    internal void Record(string what, int elements)
    {
        if (Lockstep is not null)
        {
            throw new InvalidOperationException("an opening has an exchange to itself");
        }

        _openings.Add(new OpeningRecord(what, elements));
    }

    /// <summary>For a strand: lets the others take an exchange without it.</summary>
    internal ValueTask PassAsync() =>
        (Lockstep ?? throw new InvalidOperationException("nobody else is under way")).PassAsync();

    internal ulong PeekExchange() => _nextExchange;

    /// <summary>Keeps what an exchange sends until its receivers have gone on, or a few later exchanges have begun.
    /// </summary>
    /// <returns>Whether each party is to send something to each in this exchange.</returns>
    internal bool TakeUp(Exchange exchange)
    {
        _retained.Enqueue(exchange);
        if (_retained.Count > ExchangesKept)
        {
            _retained.Dequeue().Release();
        }

        bool followsLarge = _previousWords > LargeExchangeWords;
        _previousWords = exchange.TotalWords;
        return followsLarge;
    }

    /// <summary>Who sent something in this exchange has accepted what it got in all before.</summary>
    private void Heard(ExchangeMessages messages)
    {
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (messages.Incoming(peer).IsEmpty && Seats.IsPresent(peer))
            {
                continue;
            }

            foreach (Exchange exchange in _retained)
            {
                if (exchange.Number < _nextExchange)
                {
                    exchange.ReleaseFor(peer);
                }
            }
        }

        while (_retained.TryPeek(out Exchange? oldest) && oldest.IsReleased)
        {
            _retained.Dequeue();
        }
    }

    /// <summary>For openings among three, which have no exchange of their own to keep.</summary>
    internal Digest State(ulong exchange, int sender, int witness, int receiver, ReadOnlySpan<byte> values)
    {
        Digest copy = Keys.Statement(exchange, sender, witness, receiver, values);
        _journal.Add(exchange, sender, witness, receiver, copy);
        return copy;
    }

    internal ShareVector NewVector(int length) => new(Pool, Party, length);

    /// <summary>One exchange. A session that failed once sends nothing more.</summary>
    internal async ValueTask ExchangeAsync(
        ExchangeMessages messages, long payloadBytes, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(IsDead, this);
        IsDead = true;
        if (Profile is { } profile)
        {
            long began = Stopwatch.GetTimestamp();
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            await _network.ExchangeAsync(messages, cancellation);
            profile.Exchanged(began, cpu, messages.BytesSent);
        }
        else
        {
            await _network.ExchangeAsync(messages, cancellation);
        }

        IsDead = false;
        Heard(messages);
        _nextExchange++;
        _payloadBytes += payloadBytes;
        _bytes += messages.BytesSent;
    }

    internal MpcAbortException Abort(
        AbortCause cause, ulong exchange, int suspect, int otherSuspect, params Digest[] seen)
    {
        IsDead = true;
        return new MpcAbortException(cause, exchange, suspect, otherSuspect) { Seen = [.. seen] };
    }
}
