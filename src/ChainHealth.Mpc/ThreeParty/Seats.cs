namespace ChainHealth.Mpc;

/// <summary>Who takes part in a session. With all four present the protocol is the actively secure one. With one seat
/// empty the same four-party protocol goes on without it (SMPC.md, "Three parties"): the shares stay as they are, the
/// three others all know the share that the absent party lacks, and every value that the absent party would have sent
/// is known to one of them, who sends it alone. No message goes to the empty seat, which brings the cost down to that
/// of replicated three-party sharing: 3 elements for a product.</summary>
internal readonly record struct Seats
{
    private const int Nobody = -1;

    private readonly int _absentPlusOne;

    /// <param name="absent">Null: all four take part.</param>
    public Seats(int? absent)
    {
        if (absent is { } seat)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)seat, ExchangeMessages.Parties - 1u, nameof(absent));
        }

        _absentPlusOne = absent is { } empty ? empty + 1 : 0;
    }

    /// <summary>The empty seat; -1 where there is none.</summary>
    public int Absent => _absentPlusOne == 0 ? Nobody : _absentPlusOne - 1;

    public bool IsPresent(int party) => party != Absent;

    /// <summary>The present parties but one, in cyclic order after it.</summary>
    public int[] OthersAfter(int party)
    {
        Seats seats = this;
        return [.. Enumerable.Range(1, ExchangeMessages.Parties - 1)
            .Select(step => (party + step) % ExchangeMessages.Parties).Where(seats.IsPresent)];
    }
}
