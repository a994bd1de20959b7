using System.CommandLine;

namespace ChainHealth.Cli;

/// <summary>chainhealth predict: the edge program reads records and talks to the committee.</summary>
public static class PredictCommand
{
    private const string Help =
        """
        Ask the committee for the class of one record. With --private the record is secret-shared: no validator sees it,
        nor the result. Takes --record FILE or --row N --dataset NAME, --network DIR, --member NAME, --run N, --json.

        Examples:
          chainhealth predict --private --row 7 --dataset pneumoniamnist --network DIR --member hospital-1
          chainhealth predict --private --record scan.png --network DIR --member hospital-1
        """;

    public static Command Create() => ProgramCommand.Below("predict", ProgramFile.Edge, Help, "predict");
}
