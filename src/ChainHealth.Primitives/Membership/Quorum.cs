namespace ChainHealth.Primitives;

/// <summary>Every threshold of the system, for n = 3f+1 members of which f may be faulty (Castro and Liskov, OSDI'99).
/// The only place where 2f+1 is written.</summary>
public readonly record struct Quorum
{
    public const int MembersMin = 4;
    public const int MembersMax = 100;

    private Quorum(int members) => Members = members;

    /// <summary>n.</summary>
    public int Members { get; }

    /// <summary>f: how many may crash, lie or equivocate.</summary>
    public int Faulty => (Members - 1) / 3;

    /// <summary>2f+1: any two sets of this size share an honest member.</summary>
    public int Size => (2 * Faulty) + 1;

    /// <summary>f+1: a set of this size holds an honest member.</summary>
    public int OneHonest => Faulty + 1;

    public static bool IsValid(int members) =>
        members is >= MembersMin and <= MembersMax && members % 3 == 1;

    /// <exception cref="ArgumentOutOfRangeException">n is not 3f+1, below 4 or above 100.</exception>
    public static Quorum Of(int members) => IsValid(members)
        ? new Quorum(members)
        : throw new ArgumentOutOfRangeException(
            nameof(members), members,
            $"validators must number 3f+1, from {MembersMin} to {MembersMax} (4, 7, 10, ...)");
}
