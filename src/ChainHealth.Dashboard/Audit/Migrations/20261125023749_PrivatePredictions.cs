using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChainHealth.Dashboard.Audit.Migrations
{
    /// <inheritdoc />
    public partial class PrivatePredictions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "BytesSent",
                table: "Predictions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "Exchanges",
                table: "Predictions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "Private",
                table: "Predictions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "BytesSent",
                table: "Predictions");

            migrationBuilder.DropColumn(
                name: "Exchanges",
                table: "Predictions");

            migrationBuilder.DropColumn(
                name: "Private",
                table: "Predictions");
        }
    }
}
