DROP SILENT ${target}
