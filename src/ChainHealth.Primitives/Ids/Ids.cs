using System.Globalization;

namespace ChainHealth.Primitives;

/// <summary>A consortium member: the number under which the chain admitted it.</summary>
public readonly record struct MemberId(uint Value) : IComparable<MemberId>
{
    public int CompareTo(MemberId other) => Value.CompareTo(other.Value);

    public override string ToString() => "m" + Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Position of a block in the chain; the genesis state stands at 0, the first block at 1.</summary>
public readonly record struct Height(ulong Value) : IComparable<Height>
{
    public Height Next => new(Value + 1);

    public static bool operator <(Height a, Height b) => a.Value < b.Value;

    public static bool operator >(Height a, Height b) => a.Value > b.Value;

    public static bool operator <=(Height a, Height b) => a.Value <= b.Value;

    public static bool operator >=(Height a, Height b) => a.Value >= b.Value;

    public int CompareTo(Height other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A PBFT view; its primary is replica (view mod n).</summary>
public readonly record struct View(ulong Value) : IComparable<View>
{
    public View Next => new(Value + 1);

    public static bool operator <(View a, View b) => a.Value < b.Value;

    public static bool operator >(View a, View b) => a.Value > b.Value;

    public static bool operator <=(View a, View b) => a.Value <= b.Value;

    public static bool operator >=(View a, View b) => a.Value >= b.Value;

    public int CompareTo(View other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A set of validators in force. Certificates name it, so that the set can change one day.</summary>
public readonly record struct Epoch(uint Value)
{
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Position of a validator in the validator set of an epoch, 0 to n-1.</summary>
public readonly record struct ReplicaId(byte Value) : IComparable<ReplicaId>
{
    public int CompareTo(ReplicaId other) => Value.CompareTo(other.Value);

    public override string ToString() => "r" + Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A training run, numbered by the chain from 1.</summary>
public readonly record struct RunId(uint Value) : IComparable<RunId>
{
    public int CompareTo(RunId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Milliseconds since 1970 UTC. Pure projects are handed it; they never ask a clock.</summary>
public readonly record struct Instant(long UnixMs) : IComparable<Instant>
{
    private const long CalendarMsMax = 253_402_300_799_999;

    public static Instant operator +(Instant at, TimeSpan span) => new(at.UnixMs + (long)span.TotalMilliseconds);

    public static TimeSpan operator -(Instant a, Instant b) => TimeSpan.FromMilliseconds(a.UnixMs - b.UnixMs);

    public static bool operator <(Instant a, Instant b) => a.UnixMs < b.UnixMs;

    public static bool operator >(Instant a, Instant b) => a.UnixMs > b.UnixMs;

    public static bool operator <=(Instant a, Instant b) => a.UnixMs <= b.UnixMs;

    public static bool operator >=(Instant a, Instant b) => a.UnixMs >= b.UnixMs;

    public int CompareTo(Instant other) => UnixMs.CompareTo(other.UnixMs);

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds(UnixMs);

    /// <summary>A time outside of what a calendar holds (hostile input) is printed as its number.</summary>
    public override string ToString() => UnixMs is >= 0 and <= CalendarMsMax
        ? ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : UnixMs.ToString(CultureInfo.InvariantCulture) + " ms";
}
